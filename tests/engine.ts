/**
 * Set up for every file of tests. The engine that they run on: QUIRE_ENGINE of the environment, by default that of the command
 * line; tests that name one themselves keep it. And computers do not outlive the test that made them (discard.ts).
 */
import { afterEach, beforeEach } from "vitest";
import { OPTIONS } from "../kernel/options.ts";
import { discardMade, forgetMade } from "./discard.ts";

const name = process.env.QUIRE_ENGINE;
if (name !== undefined) Object.assign(OPTIONS.engine, { default: OPTIONS.engine.parse(name) });

beforeEach(forgetMade);
afterEach(discardMade);
