// A worker that serves nobody.
export {};
