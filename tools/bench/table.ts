import type { Row, Unit } from "./row";

const headings = ["", "target", "measured", "met", ""] as const;
const shownUnits: Readonly<Record<Unit, string>> = {
  calls: "",
  requests: "",
  bytes: " bytes",
  x: " x",
  us: " us",
  ms: " ms",
};

/** The rows for people: what, target, measured, met or not, note. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) => `${aligned(cells, widths).trimEnd()}\n`).join("");
}

function cellsOf(row: Row): readonly string[] {
  const met = row.met === null ? "-" : row.met ? "yes" : "NO";
  const target = row.target === null ? "-" : shown(row.target, row.unit);
  return [row.what, target, shown(row.measured, row.unit), met, row.note];
}

function shown(value: number, unit: Unit): string {
  const digits = unit === "x" ? 2 : 0;
  return `${value.toFixed(digits)}${shownUnits[unit]}`;
}

/** Numbers to the right, words to the left. */
function aligned(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width);
    })
    .join("  ");
}
