/** What `nabla new` copies. The folder lies one above, of the bundle as of the sources. */
export const TEMPLATES: URL = new URL('../templates/', import.meta.url);
