/// A table whose size never changes, in one allocation: what VM has by slot or by frame.
///
/// An element is read and written in place after one test of its number. An array would ask each time
/// whether it is the only owner of its memory.
@safe
struct FixedTable<Element: BitwiseCopyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  let count: Int
  /// Whoever has a table keeps its memory; the elements are reached without it.
  private let memory: Memory

  @safe
  private final class Memory {
    let base: UnsafeMutablePointer<Element>

    init(_ base: UnsafeMutablePointer<Element>) { unsafe self.base = base }

    deinit { unsafe base.deallocate() }
  }

  init(repeating element: Element, count: Int) {
    unsafe base = .allocate(capacity: count)
    unsafe base.initialize(repeating: element, count: count)
    self.count = count
    memory = unsafe Memory(base)
  }

  var indices: Range<Int> { 0..<count }

  /// An element; a number beyond the table is a precondition.
  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(base + checked(index))
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      unsafe base + checked(index)
    }
  }

  /// Lends all elements, to loops that change many.
  @inline(__always)
  func withElements<Result>(
    _ body: (inout MutableSpan<Element>) -> Result
  ) -> Result {
    var elements = unsafe MutableSpan(_unsafeStart: base, count: count)
    return body(&elements)
  }

  @inline(__always)
  private func checked(_ index: Int) -> Int {
    // One comparison: as an unsigned number a negative index is too great.
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
    return index
  }
}
