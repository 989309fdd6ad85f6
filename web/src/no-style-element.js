/** Replaces react-style-singleton: the page never scrolls, so an open dialog needs no scroll lock. */
export const styleSingleton = () => () => null;
export const stylesheetSingleton = () => ({ add() {}, remove() {} });
export const styleHookSingleton = () => () => {};
