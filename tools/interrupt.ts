const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const cleanups = new Set<() => void>();

function cleanUp(): void {
  for (const cleanup of [...cleanups].reverse()) {
    cleanups.delete(cleanup);
    cleanup();
  }
}

function onSignal(signal: NodeJS.Signals): void {
  cleanUp();
  stopListening();
  // Whoever else listens (a test runner, say) decides how the process ends; if nobody does, it ends the usual way.
  if (process.listenerCount(signal) === 0) {
    process.kill(process.pid, signal);
  }
}

function startListening(): void {
  process.on("exit", cleanUp);
  for (const signal of signals) {
    process.on(signal, onSignal);
  }
}

function stopListening(): void {
  process.off("exit", cleanUp);
  for (const signal of signals) {
    process.off(signal, onSignal);
  }
}

/**
 * Runs a synchronous clean-up when this process is interrupted (Ctrl-C, a polite kill, a closed terminal) or exits
 * before the returned function was called.
 */
export function onInterrupt(cleanup: () => void): () => void {
  if (cleanups.size === 0) {
    startListening();
  }
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup) && cleanups.size === 0) {
      stopListening();
    }
  };
}
