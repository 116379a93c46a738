import Glibc

/// A command that gets none of this process's descriptors.
///
/// Foundation's `Process` hands a socket to what it starts and waits until all copies of it are closed:
/// for ever, if the command leaves a server behind, as tmux does. And tests that run beside this one wait
/// for the ends of pipes, which a server would hold open.
enum DetachedCommand {
  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - words: the command, which is looked for in PATH.
  ///   - path: the file that its output goes to.
  /// - Returns: whether it ended with 0.
  static func run(_ words: [String], output path: String = "/dev/null") -> Bool {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // One that is not open does no harm.
    for descriptor in 3..<min(getdtablesize(), 1024) {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let error = unsafe posix_spawnp(&child, words[0], &actions, nil, &arguments, environ)
    guard error == 0 else { return false }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status == 0
  }
}
