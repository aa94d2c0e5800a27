/** Stand-in tokens: what nearley sees of a statement. They know their type and position, never their text. */

export interface StandIn {
  readonly type: string;
  readonly index: number;
}

/** Hands out a stand-in for each token loaded, in the form that nearley asks of a lexer. */
class StandInLexer {
  private types: readonly { readonly type: string }[] = [];
  private index = 0;

  load(tokens: readonly { readonly type: string }[]): void {
    this.types = tokens;
    this.index = 0;
  }

  next(): (StandIn & { value: string }) | undefined {
    const token = this.types[this.index];
    return token && { type: token.type, index: this.index++, value: "" };
  }

  reset(): void {}

  save(): null {
    return null;
  }

  formatError(_token: unknown): string {
    return "";
  }

  /** Any name in the grammar is a token type. */
  has(_type: string): boolean {
    return true;
  }
}

export const standIns = new StandInLexer();
