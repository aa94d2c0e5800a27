/**
 * The module "vitest" in the page: the same runner and the same assertions, without the parts that need Node. So the
 * tests run unchanged, and what they assert stands in one place.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from "@vitest/runner";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** What these libraries keep in global places under symbols of their own. */
const globals = globalThis as unknown as Record<symbol, object>;

/** chai.expect with what JestExtend added to it. */
const chaiExpect = chai.expect as unknown as { extend(of: object, matchers: object): void };

export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  globals[ASYMMETRIC_MATCHERS_OBJECT],
) as unknown as Chai.ExpectStatic & Parameters<typeof setState>[1];
expect.getState = () => getState(expect);
expect.setState = (state) => setState(state, expect);
setState({ assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null }, expect);
expect.extend = (matchers) => chaiExpect.extend(expect, matchers);
expect.extend(customMatchers);
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
