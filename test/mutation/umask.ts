/** Stryker runs tests in threads, where only the main one may set the umask. */
process.umask = () => 0o022
