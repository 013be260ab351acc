// The parts of d3 that this package uses. To be replaced by @types/d3-array, @types/d3-scale and @types/d3-shape.
declare module 'd3-array' {
  export interface Bin extends Array<number> {
    x0: number;
    x1: number;
  }
  export function bin(): {
    (values: Iterable<number>): Bin[];
    domain(domain: [number, number]): ReturnType<typeof bin>;
    thresholds(thresholds: number[] | number): ReturnType<typeof bin>;
  };
  export function extent(values: Iterable<number>): [number, number] | [undefined, undefined];
  export function ticks(start: number, stop: number, count: number): number[];
}
declare module 'd3-scale' {
  export interface ContinuousScale {
    (value: number): number;
    domain(domain: [number, number]): this;
    domain(): number[];
    range(range: [number, number]): this;
    nice(count?: number): this;
    ticks(count?: number): number[];
    tickFormat(count?: number, specifier?: string): (value: number) => string;
  }
  export function scaleLinear(): ContinuousScale;
  export function scaleLog(): ContinuousScale;
}
declare module 'd3-shape' {
  export interface Line<Datum> {
    (data: Iterable<Datum>): string | null;
    x(accessor: (datum: Datum) => number): this;
    y(accessor: (datum: Datum) => number): this;
    defined(accessor: (datum: Datum) => boolean): this;
    digits(digits: number): this;
  }
  export function line<Datum>(): Line<Datum>;
}
