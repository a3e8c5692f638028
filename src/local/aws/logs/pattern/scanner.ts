import { invalid } from '../names.ts';
import { compileRegex } from './regex.ts';

/** Two regular expressions are the most that one pattern may hold. */
const MOST_REGEXES = 2;

/** Reads a pattern from left to right. */
export class Scanner {
  private readonly text: string;
  private at = 0;
  private regexes = 0;

  constructor(text: string) {
    this.text = text;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  next(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Takes what stands here, if it does. */
  took(text: string): boolean {
    const is = this.next(text);
    if (is) this.at += text.length;
    return is;
  }

  /** @param expression sticky */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text) ?? undefined;
    if (found) this.at = expression.lastIndex;
    return found;
  }

  space(): void {
    this.match(/\s*/y);
  }

  /** `"…"` with `\"` and `\\` inside. */
  quoted(): string | undefined {
    if (!this.next('"')) return undefined;
    const found = this.match(/"((?:[^"\\]|\\.)*)"/sy) ?? this.fail('a quotation mark is not closed');
    return (found[1] ?? '').replace(/\\(["\\])/g, '$1');
  }

  /** `%…%` */
  regex(): RegExp | undefined {
    if (!this.next('%')) return undefined;
    const found = this.match(/%((?:[^%\\]|\\.)+)%/sy) ?? this.fail('a regular expression is not closed');
    this.regexes++;
    if (this.regexes > MOST_REGEXES) this.fail(`it holds more than ${MOST_REGEXES} regular expressions`);
    return compileRegex(found[1] ?? '');
  }

  fail(why: string): never {
    throw invalid(`Invalid filter pattern: ${why} at character ${this.at + 1}`);
  }
}
