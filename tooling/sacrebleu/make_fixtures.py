"""Writes tooling/sacrebleu/fixtures/sacrebleu.json: sentences, and what sacreBLEU computes for them.

    pip install sacrebleu==2.6.0
    python3 tooling/sacrebleu/make_fixtures.py > tooling/sacrebleu/fixtures/sacrebleu.json

The sentences are random words, so that they hold what real text rarely does: several scripts, odd white space, entities,
numbers and punctuation of many kinds.
"""

import json
import logging
import random
import sys

from sacrebleu import __version__
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

logging.disable(logging.CRITICAL)
rng = random.Random(14)

WORDS = (
    "the The THE a dog dogs bit man men in on of and not was were it It's don't can't e.g. i.e. U.S. Mr. x y z "
    "Straße straße STRASSE Größe schön über Äpfel café naïve Ångström İstanbul ıssız ΣΟΦΟΣ σοφός Жук жук "
    "나는 학교에 갔다 학생이다 안녕하세요 오늘은 18일 입니다 서울 한국어를 "
    "日本語 世界 こんにちは 東京タワー 北京 你好 "
    "1 2 22 3.14 1,000 1,000.50 2020-21 10:30 50% $5 €20 £3 ¥100 12th v2.0 1/2 ½ ² Ⅷ ٣٫١٤ ३ ４２ "
    "well-known state-of-the-art and/or C++ C# a+b=c x<y y>x [1] {a} (b) \"c\" 'd' “e” „f“ «g» ‹h› ‘i’ j… k— l– m· n• o。 p、 q！ r？ s、t "
    "&quot;q&quot; &amp; &lt;b&gt; &apos; <skipped> <unk> @-@ @user #tag http://a.b/c?d=e_f a_b a|b a~b a^b a`b a\\b "
    "😀 👋🏽 👨‍👩‍👧 ❤️ ♥ ™ © ° ± × ÷ ≤ → e\u0301 n\u0303 \u200b \u200d \ufeff क्षि ไทย العربية שלום ".split(" ")
)
WORDS = [word for word in WORDS if word]
SPACES = [" "] * 40 + ["  ", "\t", "\u00a0", "\u3000", "\u2009", "\u2028", "\x1c", "\x85", "\u180e"]
ENDS = [" .", ".", "!", " ?", "...", "。", "", "", " ", "-", ",", " 5.", " 5 .", '."', ".)"]


def join(words):
    text = "".join(word + rng.choice(SPACES) for word in words)
    return (text[:-1] + rng.choice(ENDS)) if text else rng.choice(["", "", " ", "."])


def edit(words, rate):
    edited = []
    for word in words:
        draw = rng.random()
        if draw < rate / 4:
            continue
        if draw < rate / 2:
            edited.append(rng.choice(WORDS))
        elif draw < 3 * rate / 4:
            edited += [word, rng.choice(WORDS)]
        elif draw < rate:
            edited.append(rng.choice([word.upper(), word.lower(), word[:-1] or word, word + ",", word + word[-1]]))
        else:
            edited.append(word)
    return edited


def segment():
    length = rng.choice([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20])
    words = [rng.choice(WORDS) for _ in range(length)]
    reference = join(words)
    return {
        "references": [reference, join(edit(words, 0.4))],
        "hypothesis": rng.choice([reference, join(words)]) if rng.random() < 0.08 else join(edit(words, 0.35)),
        "other": reference if rng.random() < 0.06 else join(edit(words, 0.36)),
    }


def rounded(value):
    return float(f"{value:.10g}")


# What options are called here, and in sacreBLEU.
BLEU_NAMES = {"tokenize": "tokenize", "lowercase": "lowercase", "smoothing": "smooth_method",
              "smoothingValue": "smooth_value", "effectiveOrder": "effective_order"}
CHRF_NAMES = {"characterOrder": "char_order", "wordOrder": "word_order", "beta": "beta", "whitespace": "whitespace",
              "lowercase": "lowercase", "epsSmoothing": "eps_smoothing"}
METRICS = {"bleu": (BLEU, BLEU_NAMES), "chrf": (CHRF, CHRF_NAMES)}


def metric_of(name, options):
    metric, names = METRICS[name]
    return metric(**{names[key]: value for key, value in options.items()})


segments = [segment() for _ in range(400)]
hypotheses = [each["hypothesis"] for each in segments]
streams = [[each["references"][i] for each in segments] for i in range(2)]

bleu_options = [{"tokenize": name, "lowercase": low, "smoothing": "exp"}
                for name in ("none", "13a", "intl", "char") for low in (False, True)]
bleu_options += [{"tokenize": "13a", **more} for more in (
    {"smoothing": "none"}, {"smoothing": "floor"}, {"smoothing": "floor", "smoothingValue": 0.5},
    {"smoothing": "add-k"}, {"smoothing": "add-k", "smoothingValue": 0.25})]
chrf_options = [{}, {"wordOrder": 2}, {"wordOrder": 1, "beta": 3}, {"lowercase": True}, {"whitespace": True},
                {"epsSmoothing": True, "wordOrder": 2}, {"characterOrder": 4, "beta": 1}]

sentences, corpora, tests = [], [], []
for name, choices in (("bleu", bleu_options), ("chrf", chrf_options)):
    for options in choices:
        for references in (1, 2):
            metric = metric_of(name, options)
            score = metric.corpus_score(hypotheses, streams[:references])
            corpora.append({"metric": name, "options": options, "references": references, "score": rounded(score.score),
                            "name": score.name, "signature": str(metric.get_signature())})
        alone = {**options, "effectiveOrder": True} if name == "bleu" else options
        metric = metric_of(name, alone)
        # Every other sentence has two references.
        values = [rounded(metric.sentence_score(each["hypothesis"], each["references"][:1 + i % 2]).score)
                  for i, each in enumerate(segments)]
        sentences.append({"metric": name, "options": alone, "scores": values})

# Short corpora, where orders without a match are frequent.
short = [{"start": start, "end": start + 3, "scores": []} for start in range(0, 120, 3)]
short_options = [options for options in bleu_options if options["tokenize"] in ("13a", "char")]
for options in short_options:
    for part in short:
        texts = [each[part["start"]:part["end"]] for each in (hypotheses, *streams)]
        part["scores"].append(rounded(metric_of("bleu", options).corpus_score(texts[0], texts[1:]).score))

# Systems that differ a little, in parts of the corpus.
for name, options in (("bleu", {}), ("bleu", {"tokenize": "char"}), ("chrf", {}), ("chrf", {"wordOrder": 2})):
    for end in (50, 150):
        for kind, samples in (("bs", 3000), ("ar", 3000)):
            systems = [(system, [each[system] for each in segments[:end]]) for system in ("other", "hypothesis")]
            test = PairedTest(systems, {name: metric_of(name, options)}, [streams[0][:end]], kind, samples)
            signatures, scores = test()
            (label, signature), = signatures.items()
            baseline, system = scores[label]
            tests.append({"metric": name, "options": options, "sentences": end, "kind": kind, "samples": samples,
                          "signature": str(signature), "score": rounded(system.score), "pValue": rounded(system.p_value),
                          "mean": None if kind == "ar" else rounded(system.mean),
                          "halfWidth": None if kind == "ar" else rounded(system.ci),
                          "baselineMean": None if kind == "ar" else rounded(baseline.mean)})


def lines(items):
    return "[\n" + ",\n".join("    " + json.dumps(item, ensure_ascii=True) for item in items) + "\n  ]"


sys.stdout.write("{\n" + ",\n".join(f'  "{key}": {value}' for key, value in (
    ("version", json.dumps(__version__)), ("segments", lines(segments)), ("sentences", lines(sentences)),
    ("corpora", lines(corpora)), ("shortOptions", lines(short_options)), ("short", lines(short)), ("tests", lines(tests)),
)) + "\n}\n")
