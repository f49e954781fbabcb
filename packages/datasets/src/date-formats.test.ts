import { expect, test } from "vitest";
import { dateFormats, daysIn, writeDate } from "./date-formats.js";

const write = (
  format: string,
  language: "english" | "korean",
  ...[year, month, day]: [number, number, number]
): string =>
  writeDate({ year, month, day }, format, language)
    .map(({ text }) => text)
    .join("");

// `Intl` knows how people write dates.
test.each([
  ["MMMM D, Y", "english", "en-US", { dateStyle: "long" }],
  ["WW, MMMM D, Y", "english", "en-US", { dateStyle: "full" }],
  ["MMM D, Y", "english", "en-US", { dateStyle: "medium" }],
  ["D MMMM Y", "english", "en-GB", { dateStyle: "long" }],
  ["M/D/Y", "english", "en-US", { year: "numeric", month: "numeric", day: "numeric" }],
  ["MM/DD/Y", "english", "en-US", { year: "numeric", month: "2-digit", day: "2-digit" }],
  ["Y년 M월 D일", "korean", "ko-KR", { dateStyle: "long" }],
  ["Y년 M월 D일 WW", "korean", "ko-KR", { dateStyle: "full" }],
  ["Y. M. D.", "korean", "ko-KR", { dateStyle: "medium" }],
  ["Y. M. D.(W)", "korean", "ko-KR", { year: "numeric", month: "numeric", day: "numeric", weekday: "short" }],
] as const)("%s is as %s people write it", (format, language, locale, style) => {
  expect(dateFormats[language]).toContain(format);
  const intl = new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" });
  for (let day = 0; day < 400; day++) {
    const date = new Date(Date.UTC(2023, 11, 1 + day));
    const written = write(format, language, date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
    // Intl writes a space before the weekday in brackets, the recommendation of the Korean state does not.
    expect(written).toBe(intl.format(date).replace(" (", "("));
  }
});

test.each([
  [1, "1st"],
  [2, "2nd"],
  [3, "3rd"],
  [4, "4th"],
  [11, "11th"],
  [12, "12th"],
  [13, "13th"],
  [21, "21st"],
  [22, "22nd"],
  [23, "23rd"],
  [30, "30th"],
  [31, "31st"],
])("day %i is the %s", (day, ordinal) => {
  expect(write("MMMM Do, Y", "english", 1999, 5, day)).toBe(`May ${ordinal}, 1999`);
});

test("formats that Intl does not have", () => {
  expect(dateFormats.english.map((format) => write(format, "english", 2024, 1, 5))).toEqual([
    "January 5, 2024",
    "Jan 5, 2024",
    "January 5th, 2024",
    "5 January 2024",
    "5 Jan 2024",
    "5th January 2024",
    "Friday, January 5, 2024",
    "Fri, 5 Jan 2024",
    "1/5/2024",
    "01/05/2024",
    "5-Jan-2024",
    "2024-01-05",
  ]);
  expect(dateFormats.korean.map((format) => write(format, "korean", 2024, 1, 5))).toEqual([
    "2024년 1월 5일",
    "2024년 01월 05일",
    "2024년1월5일",
    "2024년 1월 5일 금요일",
    "2024년 1월 5일(금)",
    "2024. 1. 5.",
    "2024. 1. 5.(금)",
    "2024.01.05",
    "2024/01/05",
    "2024-01-05",
  ]);
});

test("leap years are those of the Gregorian calendar", () => {
  expect([1900, 2000, 2023, 2024].map((year) => daysIn(year, 2))).toEqual([28, 29, 28, 29]);
  expect([1, 4, 6, 9, 11, 12].map((month) => daysIn(2023, month))).toEqual([31, 30, 30, 30, 30, 31]);
});
