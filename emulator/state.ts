import { FaultPlan } from "./faults";
import { RateWindow } from "./rate-window";
import { RequestLog } from "./requests";
import { Store } from "./store";
import type { Switches } from "./switches";
import { defaultSwitches } from "./switches";

/** All that one emulator is: its store, its settings, the faults to come and the requests so far. */
export class State {
  readonly store = new Store();
  readonly switches: Switches = defaultSwitches();
  readonly faults = new FaultPlan();
  readonly log = new RequestLog();
  readonly rate = new RateWindow();

  /** Forgets everything and sets all switches to their defaults. */
  clear(): void {
    for (const part of [this.store, this.faults, this.log, this.rate]) part.clear();
    Object.assign(this.switches, defaultSwitches());
  }
}
