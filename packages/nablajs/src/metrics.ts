// The metrics that have the name of a loss are in `metrics` only.
export * as metrics from '@nablajs/metrics';
export * from '@nablajs/metrics/own';
