/** Stands in for react-style-singleton: the page itself never scrolls, so an open dialog has no scrolling to lock. */
export const styleSingleton = () => () => null;
export const stylesheetSingleton = () => ({ add() {}, remove() {} });
export const styleHookSingleton = () => () => {};
