/** Something typed that cannot be meant: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
  /** The command it was typed for, as far as known. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}
