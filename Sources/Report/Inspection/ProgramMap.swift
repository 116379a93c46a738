import GuestImage
import I386
import MinixABI
import Session

/// Where a program's memory would be at its first instruction, under the policy `exact`.
struct ProgramMap {
  struct Range {
    var start: UInt32
    var pageCount: Int
    var presentCount: Int
    var rights: String
    var holds: String

    var end: UInt32 { start + UInt32(pageCount) * 4096 }
  }

  let ranges: [Range]
  /// Where the first page of the heap would be.
  let heapStart: UInt32

  init(_ program: RunConfiguration.Program) {
    let image = program.image
    let own = image.layout().map { range in
      Range(
        start: range.pages.address, pageCount: range.pages.pageCount,
        presentCount: range.filled.reduce(0) { $0 + $1.pageCount }, rights: range.rights,
        holds: range.contents)
    }
    heapStart = own.last?.end ?? image.endAddress
    let stackPages = program.startStackPageCount ?? 0
    ranges =
      own + [
        Range(
          start: AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount,
          pageCount: Int(AddressSpaceLayout.stackRegionByteCount / 4096),
          presentCount: stackPages, rights: "R W", holds: "stack, arguments and environment")
      ]
  }

  var presentCount: Int { ranges.reduce(0) { $0 + $1.presentCount } }

  /// The page tables that the present pages need: one for each 4 MiB that has some.
  var tableCount: Int {
    Set(
      ranges.filter { $0.presentCount > 0 }.flatMap { range in
        // The stack's are its last pages, all others' the first.
        let isStack = range.end == AddressSpaceLayout.stackTop
        let bytes = UInt32(range.presentCount) * 4096
        let start = isStack ? range.end - bytes : range.start
        return (start >> 22)...((start + bytes - 1) >> 22)
      }
    ).count
  }
}

extension PageRange {
  fileprivate var rights: String {
    isExecutable ? (isWritable ? "R W X" : "R X") : (isWritable ? "R W" : "R")
  }

  fileprivate var contents: String {
    if isExecutable { return isWritable ? "code and data" : "code" }
    if !isWritable { return "constants" }
    if filled.isEmpty { return "bss" }
    return filled.reduce(0) { $0 + $1.pageCount } < pages.pageCount ? "data, then bss" : "data"
  }
}
