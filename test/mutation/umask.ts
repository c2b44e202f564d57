/** Stryker runs tests in threads, where nobody may set the umask of the process. */
Object.assign(process, { umask: () => 0o022 })
