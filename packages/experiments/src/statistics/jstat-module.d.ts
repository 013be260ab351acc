// The parts of jstat that this package uses; it has no types of its own.
declare module 'jstat' {
  interface Distribution {
    inv(p: number, degreesOfFreedom: number): number;
    cdf(x: number, degreesOfFreedom: number): number;
  }
  const jstat: { readonly jStat: { readonly studentt: Distribution } };
  export default jstat;
}
