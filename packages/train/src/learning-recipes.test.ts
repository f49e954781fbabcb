import { testLessons, useFastBackend } from "../testing/learn.js";
import { recipeLessons } from "../testing/lessons.js";

useFastBackend();

testLessons("recipe", recipeLessons);
