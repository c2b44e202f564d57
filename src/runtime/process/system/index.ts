/** What is known of processes and sockets, whatever the operating system. */
export { attemptVariable, isSignallable, relationsOf, withDescendants } from './system.ts'
export type { Listener, ProcessInfo, Relations, Snapshot, System } from './system.ts'
