/**
 * The engine that the tests run on: QUIRE_ENGINE of the environment, by default that of the command line. Tests that name one
 * themselves keep it.
 */
import { OPTIONS } from "../kernel/options.ts";

const name = process.env.QUIRE_ENGINE;
if (name !== undefined) Object.assign(OPTIONS.engine, { default: OPTIONS.engine.parse(name) });
