import { describe, expect, test } from "vitest";
import { lineText } from "../../../src/output/text/line";
import { TerminalText } from "../../../src/output/text/terminal";

function shown(text: string): string[] {
  const terminal = new TerminalText();
  terminal.set(text);
  terminal.advance();
  return texts(terminal);
}

function texts(terminal: TerminalText): string[] {
  return Array.from({ length: terminal.length }, (_, index) => lineText(terminal.line(index)));
}

describe("lines", () => {
  test.each<[string, string, string[]]>([
    ["plain lines", "a\nb\n", ["a", "b"]],
    ["no final newline", "a\nb", ["a", "b"]],
    ["an empty line", "\n", [""]],
    ["empty lines within", "a\n\n\nb", ["a", "", "", "b"]],
    ["nothing", "", []],
    ["Windows line ends", "a\r\nb\r\n", ["a", "b"]],
    ["tabs stay tabs", "a\tb\n", ["a\tb"]],
    ["bells and nulls vanish", "a\x07b\x00c", ["abc"]],
    ["wide and combining characters", "日本 e\u0301 👩‍🚀", ["日本 e\u0301 👩‍🚀"]],
  ])("%s", (_, text, lines) => expect(shown(text)).toEqual(lines));
});

describe("moving the cursor", () => {
  test.each<[string, string, string[]]>([
    ["a carriage return starts the line over", "10%\r20%", ["20%"]],
    ["what is shorter leaves the rest", "hello\rHE", ["HEllo"]],
    ["erasing to the end of the line", "hello\rHE\x1b[K", ["HE"]],
    ["erasing the line", "hello\x1b[2K\rx", ["x"]],
    ["erasing to the start of the line", "hello\x1b[3G\x1b[1K", ["   lo"]],
    ["backspace moves and overwriting replaces", "abc\b\bX", ["aXc"]],
    ["backspace stops at the margin", "a\b\b\bX", ["X"]],
    ["up and over an earlier line", "one\ntwo\n\x1b[2A1ne\n\n", ["1ne", "two"]],
    ["rich draws a live display anew", "a\nb\n\x1b[1A\x1b[2K\x1b[1A\x1b[2Kc\nd\n", ["c", "d"]],
    ["up does not leave the top", "a\x1b[99Ab", ["ab"]],
    ["to a column", "abc\x1b[10Gx", ["abc      x"]],
    ["forward leaves spaces", "a\x1b[3Cb", ["a   b"]],
    ["back", "abc\x1b[2DX", ["aXc"]],
    ["clearing the screen", "a\nb\n\x1b[2J\x1b[Hc", ["c"]],
    ["clearing what is below", "a\nb\nc\x1b[2A\r\x1b[J", []],
    ["save and restore", "ab\x1b7cd\x1b8X", ["abXd"]],
    ["deleting characters", "abcdef\r\x1b[2P", ["cdef"]],
    ["half of a wide character does not stay", "日本\r\x1b[1Cx", [" x本"]],
    ["accents stay with their letter", "abc\re\u0301", ["e\u0301bc"]],
    ["a wide character takes two columns", "abcd\r日", ["日cd"]],
  ])("%s", (_, text, lines) => expect(shown(text)).toEqual(lines));

  test("two nested bars of tqdm end as two lines", () => {
    const text =
      "outer:   0%|          | 0/2\n" +
      "inner:   0%|          | 0/2\x1b[A\n\rinner: 100%|██████████| 2/2\x1b[A\router:  50%|█████     | 1/2\n" +
      "\rinner: 100%|██████████| 2/2\x1b[A\router: 100%|██████████| 2/2\n\n";
    expect(shown(text)).toEqual(["outer: 100%|██████████| 2/2", "inner: 100%|██████████| 2/2"]);
  });
});

describe("sequences", () => {
  test.each<[string, string, string[]]>([
    ["modes are obeyed by doing nothing", "\x1b[?25la\x1b[?2004hb\x1b[?25h", ["ab"]],
    ["titles vanish", "\x1b]0;a title\x07x", ["x"]],
    ["strings of devices vanish", "\x1bPq#0;2\x1b\\x", ["x"]],
    ["character sets vanish", "\x1b(Bx", ["x"]],
    ["a broken sequence costs no text after it", "\x1b[12\u00e9x", ["12\u00e9x"]],
    ["an unfinished sequence is not shown", "a\x1b[3", ["a"]],
  ])("%s", (_, text, lines) => expect(shown(text)).toEqual(lines));

  test("a sequence that arrives in pieces is obeyed when it is whole", () => {
    const terminal = new TerminalText();
    const whole = "a\x1b[31mred\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\\x1b[0m\n";
    for (let length = 0; length <= whole.length; length += 1) {
      terminal.set(whole.slice(0, length));
      terminal.advance();
    }
    expect(terminal.line(0)).toEqual([
      expect.objectContaining({ text: "a" }),
      expect.objectContaining({ text: "red", style: expect.objectContaining({ foreground: 1, link: null }) }),
      expect.objectContaining({
        text: "link",
        style: expect.objectContaining({ foreground: 1, link: "https://example.org" }),
      }),
    ]);
  });

  test("only web and mail addresses become links", () => {
    const terminal = new TerminalText();
    terminal.set("\x1b]8;;javascript:alert(1)\x07bad\x1b]8;;\x07");
    terminal.advance();
    expect(terminal.line(0)).toBe("bad");
  });
});

describe("colours", () => {
  const styleOf = (text: string) => {
    const terminal = new TerminalText();
    terminal.set(`${text}x`);
    terminal.advance();
    const line = terminal.line(0);
    return typeof line === "string" ? {} : line[0]?.style;
  };
  test.each<[string, string, object]>([
    ["sixteen", "\x1b[31;42m", { foreground: 1, background: 2 }],
    ["bright", "\x1b[91;102m", { foreground: 9, background: 10 }],
    ["256", "\x1b[38;5;208m", { foreground: 0x1ff8700 }],
    ["256 within the palette", "\x1b[38;5;9m", { foreground: 9 }],
    ["greys", "\x1b[48;5;244m", { background: 0x1808080 }],
    ["true colour", "\x1b[38;2;1;2;3m", { foreground: 0x1010203 }],
    ["true colour with colons", "\x1b[38:2::1:2:3m", { foreground: 0x1010203 }],
    ["what follows an extended colour", "\x1b[38;5;9;1m", { foreground: 9, bold: true }],
    [
      "attributes",
      "\x1b[1;2;3;4;7;9m",
      { bold: true, dim: true, italic: true, underline: true, inverse: true },
    ],
    ["attributes off", "\x1b[1;3;4m\x1b[22;23;24m", {}],
    ["reset by nothing", "\x1b[31m\x1b[m", {}],
    ["nonsense", "\x1b[38;5;999m\x1b[999m", {}],
  ])("%s", (_, text, style) => expect(styleOf(text)).toMatchObject(style));
});

describe("a text that changes", () => {
  test("growing by single characters gives what reading it at once gives", () => {
    const text = "a\x1b[1mb\n\x1b[Ac\rdé日\n\t\x1b[31mx\by\n\n\x1b[2Kend";
    const terminal = new TerminalText();
    for (let length = 1; length <= text.length; length += 1) {
      terminal.set(text.slice(0, length));
      terminal.advance();
    }
    const once = new TerminalText();
    once.set(text);
    once.advance();
    expect(terminal.length).toBe(once.length);
    for (let index = 0; index < once.length; index += 1)
      expect(terminal.line(index)).toEqual(once.line(index));
  });

  test("an end that is replaced, after any other end, gives what reading it at once gives", () => {
    // A generator with a fixed seed, so that a failure can be repeated.
    let seed = 20;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    const pieces = [
      "ab",
      "\n",
      "\r",
      "\x1b[A",
      "\x1b[2K",
      "\x1b[31m",
      "\x1b[0m",
      "日",
      "\b",
      "\t",
      "\x1b[J",
      "x".repeat(9000),
    ];
    const some = (length: number) => Array.from({ length }, () => pieces[random(pieces.length)]).join("");
    const terminal = new TerminalText();
    let text = "";
    for (let round = 0; round < 300; round += 1) {
      text = text.slice(0, random(text.length + 1)) + some(random(12));
      terminal.set(text);
      terminal.advance();
      const once = new TerminalText();
      once.set(text);
      once.advance();
      expect(texts(terminal)).toEqual(texts(once));
    }
  });

  test("a long text is read in the portions asked for", () => {
    const terminal = new TerminalText();
    terminal.set("0123456789\n".repeat(1000));
    expect(terminal.advance(1100)).toBe(false);
    expect(terminal.length).toBe(100);
    expect(terminal.advance()).toBe(true);
    expect(terminal.length).toBe(1000);
  });

  test("a million lines are held", () => {
    const terminal = new TerminalText();
    terminal.set("a line of output\n".repeat(1_000_000));
    terminal.advance();
    expect(terminal.length).toBe(1_000_000);
    expect(terminal.line(999_999)).toBe("a line of output");
  });
});

describe("text that asks for much", () => {
  const read = (text: string): TerminalText => {
    const terminal = new TerminalText();
    terminal.set(text);
    terminal.advance();
    return terminal;
  };

  test("strings that never end are looked for once", () => {
    expect(read("\x1b]".repeat(1_000_000)).length).toBe(1);
  });

  test("the cursor goes no further than a screen", () => {
    expect(read(`${"\x1b[10000B".repeat(1000)}x`).length).toBe(500);
    expect(read(`${"\x1b[10000C".repeat(1000)}x`).line(0)).toHaveLength(1001);
  });

  test("a line has so many styles", () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `\x1b[3${index % 8}mx`).join("");
    expect(read(text).line(0).length).toBeLessThanOrEqual(4000);
  });

  test("a portion ends where it takes much work", () => {
    const terminal = new TerminalText();
    terminal.set(`${"x".repeat(100_000)}\n${"y".repeat(100_000)}${"\x1b[Ax\x1b[Bx".repeat(100)}`);
    let portions = 1;
    while (!terminal.advance(1_000_000)) portions += 1;
    expect(portions).toBeGreaterThan(10);
  });
});
