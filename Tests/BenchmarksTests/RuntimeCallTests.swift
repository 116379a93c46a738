import CBenchmark
import Testing

/// Swift's runtime tells what it is called for.
@Suite struct RuntimeCallTests {
  private final class Object {
    var next: Object?
  }

  /// In a process of its own: while the runtime's functions are replaced, no other thread may count.
  @Test func objectsAreCounted() async {
    await #expect(processExitsWith: .success) {
      var list: Object?
      cbench_runtime_count_begin()
      for _ in 0..<1000 {
        let object = Object()
        object.next = list
        list = object
      }
      let calls = cbench_runtime_count_end()
      #expect(calls.allocations >= 1000)
      #expect(calls.reference_counts >= 1000)
      // One after the other, or the end of the first would be a recursion.
      while let object = list { list = object.next }
    }
  }
}
