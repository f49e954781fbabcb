#!/usr/bin/env python3
"""Ids from the Python library `tokenizers`, as JSON files for the subword tokenizers of heed.

    pip install tokenizers
    pnpm build && python3 tooling/hugging-face/make_fixtures.py [bpe ...]     (all, unless some are named)

Needs `tokenizers` >= 0.22 and Node. Only this script needs Python.

A file:
    tokenizers   the version that made it
    lines        training lines, which are encoded as well
    options      the options of heed's training
    heed         {tokenizer, ids}: the file that heed trained on the lines, and Python's ids of each line
    python       {tokenizer, ids}: the same for a tokenizer that Python trained with the steps of heed's file
"""

import json
import pathlib
import random
import subprocess
import sys
import unicodedata

import tokenizers
from tokenizers import Tokenizer, models, trainers

FOLDER = pathlib.Path(__file__).resolve().parent / "fixtures"
PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "packages" / "tokenizers" / "dist" / "index.js"
# The tokenizer and the options of each file.
FIXTURES = {
    "bpe": ("bpe", {"vocabularySize": 900, "coverage": 0.93}),
    "unigram": ("unigram", {"vocabularySize": 900, "coverage": 0.93}),
    "unigram-jamo": ("unigram", {"vocabularySize": 600, "coverage": 0.93, "hangul": "jamo"}),
}
SPECIALS = ["<pad>", "<sos>", "<eos>", "<unk>"]

WORDS = {
    "en": "the a small large old young red dog cat house street man woman child runs sleeps reads don't 3.14 2026 (twice)",
    "de": "der die das ein eine kleine große alte Straße Häuser läuft schläft übermorgen Donaudampfschiff 25% „nein“",
    "ko": "나는 너는 학생이다 간다 왔다 오늘은 6월 18일입니다 책을 읽는다 커피를 마셨어요 값 닭 없었다",
    "ru": "мир привет дом большой маленький ёлка бежит читает вчера",
}
UNSPACED = {
    "ja": "今日は天気がいいですね東京へ行きました本を読むカタカナ",
    "zh": "我们今天去学校他在家里看书很好",
    "th": "วันนี้อากาศดีมากฉันไปโรงเรียน",
}
STRANGE = ["  two   spaces ", "a\tb\u00a0c\n", "▁ marks ▂ and ▂0 ▂1 ▁▁", "cafe\u0301 e\u0301\u0323", "👨‍👩‍👧 👋🏽 ❤️", "𝔘𝔫𝔦 𐍈", "", " ",
           "नमस्ते दुनिया", "مرحبا بالعالم", "constructor __proto__ toString", "\ufeff\u200b\u0000", "…!?.,;:-–—", "가\u1100\u1161각"]


def lines() -> list[str]:
    draw = random.Random("lines")
    made = list(STRANGE)
    for words in WORDS.values():
        for _ in range(45):
            made.append(" ".join(draw.choices(words.split(), k=draw.randint(2, 9))) + draw.choice([".", "!", "?", "", " ..."]))
    for characters in UNSPACED.values():
        for _ in range(25):
            start = draw.randrange(len(characters) - 4)
            made.append(characters[start : start + draw.randint(2, 20)] + draw.choice(["。", "", "!"]))
    while len(made) < 400:
        made.append("".join(arbitrary(draw) for _ in range(draw.randint(1, 12))))
    return made


def arbitrary(draw: random.Random) -> str:
    """A character of any script that Unicode 13 has, so that all programs agree on its class."""
    while True:
        character = chr(draw.choice([draw.randrange(0x250), draw.randrange(0x3400), draw.randrange(0x1FB00)]))
        if unicodedata.category(character) not in ("Cs", "Cn", "Co"):
            return character


def trained_by_heed(name: str, texts: list[str], options: dict) -> dict:
    code = f"""
        import {{ trainTokenizer }} from {json.dumps(str(PACKAGE))};
        const {{ texts, options }} = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(JSON.stringify(await trainTokenizer({json.dumps(name)}, texts, options)));
    """.replace('require("fs")', '(await import("node:fs"))')
    given = json.dumps({"texts": texts, "options": options})
    result = subprocess.run(["node", "--input-type=module", "-e", code], input=given, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def trained_by_python(name: str, texts: list[str], heed: dict) -> dict:
    """Trains in Python with the normalizer, the pre-tokenizer and the decoder of heed's file."""
    size = len(heed["model"]["vocab"])
    if name == "bpe":
        model = models.BPE(unk_token="<unk>")
        trainer = trainers.BpeTrainer(vocab_size=size - 256, min_frequency=2, limit_alphabet=160, special_tokens=SPECIALS, show_progress=False)
    else:
        model = models.Unigram()
        trainer = trainers.UnigramTrainer(vocab_size=size - 256, unk_token="<unk>", special_tokens=SPECIALS, show_progress=False)
        # Python keeps all characters as tokens. The last lines have too many, which become bytes here.
        texts = texts[:280]
    tokenizer = Tokenizer(model)
    steps = json.loads(tokenizer.to_str())
    steps.update({key: heed[key] for key in ("normalizer", "pre_tokenizer", "decoder")})
    tokenizer = Tokenizer.from_str(json.dumps(steps))
    tokenizer.train_from_iterator(texts, trainer)
    file = json.loads(tokenizer.to_str())
    vocab = file["model"]["vocab"]
    for token in (f"<0x{byte:02X}>" for byte in range(256)):
        if name == "bpe":
            vocab[token] = len(vocab)
        else:
            vocab.append([token, 0.0])
    file["model"]["byte_fallback"] = True
    file["model"]["heed"] = heed["model"]["heed"]
    return file


def ids_of(file: dict, texts: list[str]) -> list[list[int]]:
    tokenizer = Tokenizer.from_str(json.dumps(file))
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    composed = lambda text: unicodedata.normalize("NFC", text)
    for text, each in zip(texts, ids):
        decoded = tokenizer.decode(each)
        # Only heed composes jamo.
        jamo = file["model"]["heed"]["options"]["hangul"] == "jamo"
        assert (composed(decoded) if jamo else decoded) == composed(text), text
    return ids


def main(names: list[str]) -> None:
    texts = lines()
    for fixture_name in names or FIXTURES:
        name, options = FIXTURES[fixture_name]
        heed = trained_by_heed(name, texts, options)
        python = trained_by_python(name, texts, heed)
        fixture = {
            "tokenizers": tokenizers.__version__,
            "lines": texts,
            "options": options,
            "heed": {"tokenizer": heed, "ids": ids_of(heed, texts)},
            "python": {"tokenizer": python, "ids": ids_of(python, texts)},
        }
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{fixture_name}.json").write_text(json.dumps(fixture, ensure_ascii=True, separators=(",", ":")) + "\n")


main(sys.argv[1:])
