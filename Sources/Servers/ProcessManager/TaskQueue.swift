/// What PM has yet to do, in order. A task ends by itself or waits for an answer; the next one begins
/// when it has got it and is done.
struct TaskQueue {
  private var tasks: [() -> Void] = []
  private var next = 0

  var isEmpty: Bool { tasks.isEmpty }

  mutating func append(_ task: @escaping () -> Void) { tasks.append(task) }

  mutating func takeFirst() -> (() -> Void)? {
    guard next < tasks.count else {
      tasks.removeAll(keepingCapacity: true)
      next = 0
      return nil
    }
    defer { next += 1 }
    return tasks[next]
  }
}
