/** Where the letters of a sound come from: the final of the syllable, the initial of the next one, or both. */
export type Origin = "final" | "initial" | "both";

/** How the final of a syllable and the initial of the next one are written. */
export interface Junction {
  /** Letters of the final, or none. They come from the final alone. */
  readonly coda: string;
  /** Letters of the initial, or none. */
  readonly onset: string;
  readonly onsetFrom: Origin;
}

/** Initials in the order of Unicode, each with its letters. */
export const initials: ReadonlyMap<string, string> = pairsOf(
  "ㄱg ㄲkk ㄴn ㄷd ㄸtt ㄹr ㅁm ㅂb ㅃpp ㅅs ㅆss ㅇ ㅈj ㅉjj ㅊch ㅋk ㅌt ㅍp ㅎh",
);

/** Vowels in the order of Unicode, each with its letters. */
export const vowels: ReadonlyMap<string, string> = pairsOf(
  "ㅏa ㅐae ㅑya ㅒyae ㅓeo ㅔe ㅕyeo ㅖye ㅗo ㅘwa ㅙwae ㅚoe ㅛyo ㅜu ㅝwo ㅞwe ㅟwi ㅠyu ㅡeu ㅢui ㅣi",
);

/**
 * Finals in the order of Unicode. Letters of each, `-` for none: at the end and before most consonants; before a vowel, what
 * stays and what moves to the next syllable; before ㅎ, what stays and what ㅎ becomes.
 */
const finalSounds: ReadonlyMap<string, readonly string[]> = new Map(
  (
    "ㄱk-g-k ㄲk-kk-k ㄳkks-k ㄴn-nnh ㄵnnjnch ㄶn-nnh ㄷt-d-t ㄹl-rlh ㄺklglk ㄻmlmmh ㄼllblp ㄽllslh ㄾlltlh ㄿplplp ㅀl-rlh " +
    "ㅁm-mmh ㅂp-b-p ㅄpps-p ㅅt-s-t ㅆt-ss-t ㅇŋŋ-ŋh ㅈt-j-ch ㅊt-ch-t ㅋk-k-k ㅌt-t-t ㅍp-p-p ㅎt---t"
  )
    .split(" ")
    .map((entry) => [
      entry[0]!,
      (/^.(.)(.)(kk|ss|ch|.)(.)(ch|.)$/u.exec(entry) ?? [])
        .slice(1)
        .map((part) => part.replace("-", "").replace("ŋ", "ng")),
    ]),
);

/** All finals, in the order of Unicode. */
export const finals: readonly string[] = [...finalSounds.keys()];

const nasals: Readonly<Record<string, string>> = { k: "ng", t: "n", p: "m" };
const aspirated: Readonly<Record<string, string>> = { ㄱ: "k", ㄷ: "t", ㅈ: "ch", ㅅ: "ss" };

/** Returns the letters of a final at the end of a word. */
export function lastFinal(final: string): string {
  return soundsOf(final)[0]!;
}

/**
 * Writes what stands between two vowels, by the Revised Romanization of Korean (2000) and the Standard Pronunciation: finals
 * move to a following vowel, consonants assimilate, ㅎ makes its neighbour aspirated, and ㄷ and ㅌ before ㅣ become j and ch.
 * Tense sounds that a neighbour causes are not written. What depends on the word, such as an added ㄴ in compounds, is left
 * out.
 *
 * @param final - of the syllable before, `""` for none
 * @param initial - of the syllable after
 * @param vowel - of the syllable after
 */
export function junction(final: string, initial: string, vowel: string): Junction {
  const own = initials.get(initial)!;
  if (final === "") return { coda: "", onset: own, onsetFrom: "initial" };
  const [coda, stays, moves, beforeH, ofH] = soundsOf(final) as [string, string, string, string, string];
  if (initial === "ㅇ") {
    const palatal = vowel === "ㅣ" ? { ㄷ: "j", ㅌ: "ch", ㄾ: "ch" }[final] : undefined;
    return { coda: stays, onset: palatal ?? moves, onsetFrom: "final" };
  }
  if (initial === "ㅎ") {
    const onset = final === "ㄷ" && vowel === "ㅣ" ? "ch" : ofH;
    return { coda: beforeH, onset, onsetFrom: onset === "h" ? "initial" : "both" };
  }
  const strong = "ㅎㄶㅀ".includes(final) ? aspirated[initial] : undefined;
  if (strong !== undefined) return { coda: final === "ㅎ" ? "" : coda, onset: strong, onsetFrom: "both" };
  if (initial === "ㄹ") {
    const liquid = coda === "l" || coda === "n";
    return liquid ? from("l", "l") : from(nasals[coda] ?? coda, "n");
  }
  if (initial === "ㄴ" || initial === "ㅁ") {
    if (final === "ㄼ") return from("m", own);
    return coda === "l" && initial === "ㄴ" ? from("l", "l") : from(nasals[coda] ?? coda, own);
  }
  return from(coda, own);
}

/** A junction in which each letter comes from its own consonant. */
function from(coda: string, onset: string): Junction {
  return { coda, onset, onsetFrom: "initial" };
}

function soundsOf(final: string): readonly string[] {
  return finalSounds.get(final)!;
}

function pairsOf(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(" ").map((entry) => [entry[0]!, entry.slice(1)]));
}
