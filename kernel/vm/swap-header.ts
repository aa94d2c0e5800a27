/**
 * The header of a swap area: its first page, as Linux's mkswap writes it (include/linux/swap.h, union swap_header).
 *
 *   0     boot sector, left alone        1052  label, 16 bytes
 *   1024  version, 1                     1536  numbers of bad pages, 32 bits each
 *   1028  number of the last page        4086  "SWAPSPACE2"
 *   1032  how many bad pages
 *   1036  UUID, 16 bytes                 all 32-bit words in the byte order of the machine that wrote them
 *
 * Imports nothing but sizes, so that host tools can write headers too.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";

const AT = { version: 1024, lastPage: 1028, badPages: 1032, uuid: 1036, label: 1052, bad: 1536 } as const;
const MAGIC = "SWAPSPACE2";
const MAGIC_AT = PAGE_SIZE - MAGIC.length;
const VERSION = 1;
const UUID_BYTES = 16;
const LABEL_BYTES = 16;
/** MAX_SWAP_BADPAGES. */
const MOST_BAD_PAGES = Math.floor((MAGIC_AT - AT.bad) / 4);

export interface SwapHeader {
  /** Number of the last page; the header is page 0. */
  readonly lastPage: number;
  /** 16 bytes; missing ones are 0. */
  readonly uuid?: Uint8Array;
  /** Up to 16 characters, each a byte. */
  readonly label?: string;
  /** Pages that are not to be used. */
  readonly badPages?: readonly number[];
}

/** The header page. */
export function encodeSwapHeader(header: SwapHeader): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(PAGE_SIZE);
  const view = new DataView(page.buffer);
  const { lastPage, uuid = new Uint8Array(0), label = "", badPages = [] } = header;
  view.setUint32(AT.version, VERSION, true);
  view.setUint32(AT.lastPage, lastPage, true);
  view.setUint32(AT.badPages, badPages.length, true);
  page.set(uuid.subarray(0, UUID_BYTES), AT.uuid);
  for (let i = 0; i < Math.min(label.length, LABEL_BYTES); i++) page[AT.label + i] = label.charCodeAt(i);
  for (const [i, bad] of badPages.entries()) view.setUint32(AT.bad + 4 * i, bad, true);
  for (let i = 0; i < MAGIC.length; i++) page[MAGIC_AT + i] = MAGIC.charCodeAt(i);
  return page;
}

/**
 * What a header page says; null when it is none, or one that Linux refuses: another version, no page beside the header,
 * bad pages that are too many or outside.
 */
export function decodeSwapHeader(page: Uint8Array): Required<SwapHeader> | null {
  for (let i = 0; i < MAGIC.length; i++) if (page[MAGIC_AT + i] !== MAGIC.charCodeAt(i)) return null;
  const view = new DataView(page.buffer, page.byteOffset, PAGE_SIZE);
  const little = view.getUint32(AT.version, true) === VERSION;
  if (!little && view.getUint32(AT.version, false) !== VERSION) return null;
  const lastPage = view.getUint32(AT.lastPage, little);
  const count = view.getUint32(AT.badPages, little);
  if (lastPage === 0 || count > MOST_BAD_PAGES) return null;
  const badPages = Array.from({ length: count }, (_, i) => view.getUint32(AT.bad + 4 * i, little));
  if (badPages.some((bad) => bad === 0 || bad > lastPage)) return null;
  const label = String.fromCharCode(...page.subarray(AT.label, AT.label + LABEL_BYTES)).replace(/\0.*$/s, "");
  return { lastPage, uuid: page.slice(AT.uuid, AT.uuid + UUID_BYTES), label, badPages };
}
