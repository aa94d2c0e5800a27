/**
 * Panic: an invariant of the kernel itself does not hold. It ends the computer, never the host process's own work:
 * whoever runs the computer catches `Panic`. What a guest program does wrong must not end here.
 */
export { Panic, panic } from "../cpu/panic.ts";
