// A worker that hears nothing, and stays.
setInterval(() => {}, 1000);

export {};
