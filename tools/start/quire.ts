#!/usr/bin/env node
/** The command `quire` of the build: dist/quire.js. */
import "../v8-flags.ts";
import { loadBundle } from "../bundle.ts";
import type * as Main from "../main.ts";

process.exitCode = await loadBundle<typeof Main>(import.meta.url).exports.main(process.argv.slice(2));
