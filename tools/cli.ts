#!/usr/bin/env node
/** The command `quire` from source; start/quire.ts is the same of the build. */
import "./v8-flags.ts";
import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2));
