import Mocha from "mocha";

/** The usual report, and after it one plain line for those who only count. */
class CountingReporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const { passes = 0, failures = 0 } = this.stats ?? {};
    process.stdout.write(`${passes} passed, ${failures} failed\n`);
  }
}

export = CountingReporter;
