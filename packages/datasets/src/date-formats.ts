/** A day of the Gregorian calendar. */
export interface CalendarDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
}

/** The part of the date that a piece of a written date stands for; `text` stands for none. */
export type DateField = "year" | "month" | "day" | "weekday" | "text";

/** A piece of a written date. */
export interface DatePiece {
  readonly field: DateField;
  readonly text: string;
}

/** Formats that people use. Y: year; M: month; MM: with two digits; MMM: Jan; MMMM: January; D, DD: day; Do: 5th; W: Fri; WW: Friday. */
export const dateFormats = {
  english: [
    "MMMM D, Y",
    "MMM D, Y",
    "MMMM Do, Y",
    "D MMMM Y",
    "D MMM Y",
    "Do MMMM Y",
    "WW, MMMM D, Y",
    "W, D MMM Y",
    "M/D/Y",
    "MM/DD/Y",
    "D-MMM-Y",
    "Y-MM-DD",
  ],
  korean: [
    "Y년 M월 D일",
    "Y년 MM월 DD일",
    "Y년M월D일",
    "Y년 M월 D일 WW",
    "Y년 M월 D일(W)",
    "Y. M. D.",
    "Y. M. D.(W)",
    "Y.MM.DD",
    "Y/MM/DD",
    "Y-MM-DD",
  ],
} as const;

const months = "January February March April May June July August September October November December".split(" ");
const weekdays = {
  english: "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" "),
  korean: "일요일 월요일 화요일 수요일 목요일 금요일 토요일".split(" "),
};

/**
 * Writes a date in one of {@link dateFormats}.
 *
 * @param language - that of the weekday
 */
export function writeDate(
  { year, month, day }: CalendarDate,
  format: string,
  language: keyof typeof dateFormats,
): DatePiece[] {
  const weekday = weekdays[language][new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!;
  const values: Readonly<Record<string, readonly [field: DateField, text: string]>> = {
    Y: ["year", String(year)],
    M: ["month", String(month)],
    MM: ["month", twoDigits(month)],
    MMM: ["month", months[month - 1]!.slice(0, 3)],
    MMMM: ["month", months[month - 1]!],
    D: ["day", String(day)],
    DD: ["day", twoDigits(day)],
    W: ["weekday", weekday.slice(0, language === "korean" ? 1 : 3)],
    WW: ["weekday", weekday],
    o: ["text", ordinalEnding(day)],
  };
  return Array.from(format.matchAll(/Y|M+|D+|W+|o|[^YMDWo]+/gu), ([part]) => {
    const [field, text] = values[part] ?? ["text", part];
    return { field, text };
  });
}

/** Returns the number of days of a month. */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Writes a number of at most two digits with two. */
export function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function ordinalEnding(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}
