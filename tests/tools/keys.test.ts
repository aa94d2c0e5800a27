import { describe, expect, test } from "vitest";
import { type KeyAction, KeyFilter, keysHelp } from "../../tools/keys.ts";

function feed(...chunks: string[]): { guest: string; actions: KeyAction[] } {
  const filter = new KeyFilter();
  const actions: KeyAction[] = [];
  const guest = chunks.map((chunk) =>
    Buffer.from(filter.filter(Buffer.from(chunk), (a) => actions.push(a))).toString(),
  );
  return { guest: guest.join(""), actions };
}

describe("the emulator's keys", () => {
  test("pass everything to the guest but the prefix and what follows it", () => {
    expect(feed("ls\r", "\x01hpwd")).toEqual({ guest: "ls\rpwd", actions: ["help"] });
  });

  test("remember the prefix from one chunk to the next", () => {
    expect(feed("a\x01", "xb")).toEqual({ guest: "ab", actions: ["exit"] });
  });

  test("send Ctrl-A itself when it is typed twice", () => {
    expect(feed("\x01\x01")).toEqual({ guest: "\x01", actions: [] });
  });

  test("drop an unknown key after the prefix", () => {
    expect(feed("\x01qz")).toEqual({ guest: "z", actions: [] });
  });

  test("are all in the help", () => {
    expect(keysHelp()).toContain("Ctrl-A x       leave the emulator at once");
  });
});
