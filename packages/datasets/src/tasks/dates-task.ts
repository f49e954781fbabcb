import { type DateField, dateFormats, daysIn, twoDigits, writeDate } from "../date-formats.js";
import { defineTask } from "../define-task.js";
import { TargetWriter } from "../target-writer.js";

type Language = keyof typeof dateFormats;

interface DatesOptions {
  readonly language: "both" | Language;
  readonly firstYear: number;
  readonly lastYear: number;
}

const languages = ["korean", "english"] as const;

/**
 * The definition of the task `dates`: dates as people write them → ISO 8601, a character a token:
 * `Friday, January 5, 2024` and `2024년 1월 5일(금)` → `2024-01-05`. Of `1/5/2024`, the month is the first number. All days,
 * months, years and formats are equally frequent.
 *
 * A digit of a number is aligned with the same digit of the source, the zero that is added with the number, and the month of
 * a name with all of its letters. A hyphen is aligned with the character after the field that it ends.
 */
export const datesTask = defineTask<DatesOptions>({
  name: "dates",
  summary: "dates as people write them in Korean and English, as ISO 8601",
  characters: true,
  options: {
    language: {
      type: "string",
      choices: ["both", ...languages],
      default: "both",
      meaning: "Language of the dates: korean, english, or both.",
    },
    firstYear: {
      type: "integer",
      minimum: 1600,
      maximum: 9999,
      default: 1950,
      meaning: "First year.",
      fault: (first, { lastYear: last }) =>
        (first as number) <= (last as number)
          ? undefined
          : `firstYear must be at most lastYear, got firstYear ${first} and lastYear ${last}.`,
    },
    lastYear: { type: "integer", minimum: 1600, maximum: 9999, default: 2049, meaning: "Last year." },
  },
  vocabulary: ({ language }) => ({
    source: charactersOf(language),
    target: Array.from("-0123456789"),
  }),
  sample(random, { language, firstYear, lastYear }) {
    const used = language === "both" ? languages[random.integer(0, 2)]! : language;
    const formats = dateFormats[used];
    const format = formats[random.integer(0, formats.length)]!;
    const [year, month] = [random.integer(firstYear, lastYear + 1), random.integer(1, 13)];
    const day = random.integer(1, daysIn(year, month) + 1);
    const source: string[] = [];
    const places: Partial<Record<DateField, readonly number[]>> = {};
    for (const { field, text } of writeDate({ year, month, day }, format, used)) {
      const characters = Array.from(text);
      places[field] = characters.map((_, i) => source.length + i);
      source.push(...characters);
    }
    const writer = new TargetWriter();
    const write = (field: "year" | "month" | "day", digits: string): void => {
      const own = places[field]!;
      const named = /\p{L}/u.test(source[own[0]!]!);
      for (const [i, digit] of Array.from(digits).entries()) {
        writer.write(digit, named ? own : [own[Math.max(0, i - (digits.length - own.length))]!]);
      }
      if (field !== "day") writer.write("-", [Math.min(own.at(-1)! + 1, source.length - 1)]);
    };
    write("year", String(year));
    write("month", twoDigits(month));
    write("day", twoDigits(day));
    return { source, target: writer.target, alignment: writer.alignment };
  },
});

/** Returns the characters of the dates of a language, in the order of Unicode. */
function charactersOf(language: DatesOptions["language"]): string[] {
  const used = languages.filter((each) => language === "both" || language === each);
  const characters = new Set("0123456789");
  for (const each of used) {
    for (const format of dateFormats[each]) {
      // These days have every month, ordinal ending and day of the week.
      for (let month = 1; month <= 12; month++) {
        for (let day = 1; day <= 7; day++) {
          for (const { text } of writeDate({ year: 2024, month, day }, format, each)) {
            for (const character of text) characters.add(character);
          }
        }
      }
    }
  }
  return [...characters].sort();
}
