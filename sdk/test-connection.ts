import type * as pulumi from "@pulumi/pulumi";

/** Whether and how a connector is tried out while it is applied. */
export interface TestConnectionArgs {
  /**
   * What follows from a failed test: `"require"` fails the update, `"warn"` says so and goes on; `"off"` makes no test.
   * @default `"warn"` for a `DockerConnector`, `"require"` for a `HarnessImageConnector`
   */
  mode?: pulumi.Input<"off" | "warn" | "require"> | undefined;
  /** Seconds one test may take. @default 120 */
  timeoutSeconds?: pulumi.Input<number> | undefined;
  /** Seconds a failing test is repeated, for credentials that take effect late. @default 0: it is not repeated */
  retryForSeconds?: pulumi.Input<number> | undefined;
}

/** How the last connection test ended. It never makes a difference. */
export interface LastTest {
  /** `SUCCESS`, `FAILURE`, or `UNKNOWN` where it could not be run. */
  status: string;
  /** ISO 8601. */
  testedAt: string;
  /** The delegate that ran it; absent for the Harness Platform. */
  delegateId?: string;
  /** Harness's own words. */
  summary: string;
}
