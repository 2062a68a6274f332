/** What stops the cluster from starting, with what to do about it. */
export class ClusterError extends Error {
  constructor(wrong, fix) {
    super(wrong);
    this.fix = fix;
  }
}
