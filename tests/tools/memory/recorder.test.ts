/** The recorder by itself: huge pages, whose pages count one by one; and what has no pages to record. */
import { describe, expect, it } from "vitest";
import { FETCH, LOAD, STORE } from "../../../cpu/access.ts";
import { Recorder } from "../../../tools/memory/recorder.ts";
import { originOf } from "../../../tools/memory/recording.ts";
import { ReferenceFileWriter, readReferenceFile } from "../../../tools/memory/reference-file.ts";
import { argumentOf, EVENT, eventOf, type ReferenceString } from "../../../tools/memory/reference-string.ts";

const SPACE = 3;
const HEAD = 1024;
const FIRST = 5120;

function recorded(tell: (recorder: Recorder) => void, byPlace = false): ReferenceString {
  const pieces: Buffer[] = [];
  const origin = originOf({});
  const file = new ReferenceFileWriter(origin, (bytes) => pieces.push(Buffer.from(bytes)));
  const recorder = new Recorder(file, { ...origin, frames: 4096 }, {}, byPlace);
  recorder.activated(SPACE);
  tell(recorder);
  recorder.end();
  return readReferenceFile(Buffer.concat(pieces));
}

/** Events in words: read and write with page and place, others with their argument. */
function story({ codes, pageOfName, placeOfName }: ReferenceString): string[] {
  const words = Object.keys(EVENT);
  return [...codes]
    .filter((code) => eventOf(code) !== EVENT.named)
    .map((code) => {
      const [event, argument] = [eventOf(code), argumentOf(code)];
      const what = event <= EVENT.arrivesDirty ? `${pageOfName[argument]} at ${placeOfName[argument]}` : `${argument}`;
      return `${words[event]} ${what}`;
    });
}

describe("a transparent huge page", () => {
  it("is its pages of 4 KiB, each from its first use on, until nobody maps it", () => {
    const string = recorded((r) => {
      r.mappedHuge(HEAD, SPACE, FIRST, 512);
      r.accessed(HEAD + 5, FIRST + 5, STORE, 0);
      r.accessed(HEAD + 511, FIRST + 511, LOAD, 0);
      r.accessed(HEAD + 5, FIRST + 5, LOAD, 0);
      for (let i = 0; i < 512; i++) r.departed(HEAD + i);
      r.accessed(HEAD + 5, FIRST + 5, FETCH, 0);
    });
    expect(story(string)).toEqual(["write 0 at 5125", "read 1 at 5631", "read 0 at 5125", "gone 0", "gone 1"]);
    expect(string.kinds).toEqual(["anonymous", "anonymous"]);
  });

  it("keeps the pages that it was collapsed from, in RAM or in swap", () => {
    const string = recorded((r) => {
      r.arrived(7, SPACE, FIRST, "", "anonymous", true);
      r.accessed(7, FIRST, STORE, 0);
      r.arrived(8, SPACE, FIRST + 1, "", "anonymous", true);
      r.accessed(8, FIRST + 1, STORE, 0);
      r.evicted(8, "slot", false);
      r.collapsed(7, "", HEAD);
      r.departed(7);
      r.collapsed(8, "slot", HEAD + 1);
      r.mappedHuge(HEAD, SPACE, FIRST, 512);
      r.accessed(HEAD, FIRST, LOAD, 0);
      r.accessed(HEAD + 1, FIRST + 1, LOAD, 0);
    });
    expect(story(string).filter((word) => /^(read|gone)/.test(word))).toEqual(["read 0 at 5120", "read 1 at 5121"]);
  });

  it("that a further process maps has a name there for each page that was used", () => {
    const string = recorded((r) => {
      r.mappedHuge(HEAD, SPACE, FIRST, 512);
      r.accessed(HEAD, FIRST, STORE, 0);
      r.mappedHuge(HEAD, SPACE + 1, FIRST, 512);
      r.forgot(SPACE, FIRST, FIRST + 512);
    });
    expect([...string.spaceOfName]).toEqual([SPACE, SPACE + 1]);
    expect(story(string)).toEqual(["write 0 at 5120", "unnamed 0"]);
  });
});

describe("where memory is not made of pages", () => {
  it("a page is a place of a process, from its first use until it is unmapped", () => {
    const string = recorded((r) => {
      r.accessed(HEAD, FIRST, STORE, 0);
      // The segment has moved.
      r.accessed(HEAD + 9, FIRST, LOAD, 0);
      r.touched(HEAD, SPACE + 1, FIRST, true, 0);
      r.forgot(SPACE, FIRST, FIRST + 2);
      r.accessed(HEAD, FIRST, LOAD, 0);
      r.ended(SPACE);
    }, true);
    expect(story(string)).toEqual([
      ...["write 0 at 5120", "write 1 at 5120", "unnamed 0", "gone 0"],
      ...["read 2 at 5120", "unnamed 2", "gone 2"],
    ]);
    expect([...string.spaceOfName]).toEqual([SPACE, SPACE + 1, SPACE]);
  });
});
