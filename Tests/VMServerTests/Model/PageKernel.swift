import I386
import MinixABI

@testable import VMServer

/// A kernel with memory: page tables, and a word of contents for each frame, which SYS_MEMSET and
/// SYS_PHYSCOPY change as they would.
final class PageKernel: KernelGate {
  static var arena: PhysicalAddress { PhysicalAddress(0xF040_0000) }

  /// The marker word of each frame; those that nobody has keep theirs.
  var contents: [UInt32]
  private var entries: [UInt32]
  private var presentCounts: [Int]
  private var placed: [UInt32] = []

  /// What GET_PROC, SYS_FORK, SYS_VIRCOPY and MEMREQ_GET will answer.
  var stackPointer: UInt32 = 0x7FFF_F000
  var forkMessageAddress: UInt32 = 0
  var childEndpoint = Endpoint.none
  var argument: [UInt32] = []
  var request: Message?

  /// Whom VM has killed, let go and answered since the last time.
  var kills: [Endpoint] = []
  var clears: [Endpoint] = []
  var results: [Int32] = []
  var replies: [Message] = []

  init(frameCount: Int, arenaPageCount: Int) {
    contents = (0..<frameCount).map { 0xDEAD_0000 | UInt32($0) }
    entries = Array(repeating: 0, count: arenaPageCount * 1024)
    presentCounts = Array(repeating: 0, count: arenaPageCount)
  }

  func kernelCall(_ message: inout Message) -> ResultCode {
    switch KernelCallNumber(rawValue: message.type - KernelCallNumber.base) {
    case .memset: contents[Int(message[word: 28] >> 12)] = 0
    case .physicalCopy:
      contents[Int(message[word: 24] >> 12)] = contents[Int(message[word: 20] >> 12)]
    case .kill: kills.append(message[endpoint: 8])
    case .fork:
      message.processEndpoint = childEndpoint
      message.forkMessageAddress = forkMessageAddress
    case .getInfo: placed[14] = stackPointer
    case .virtualCopy: placed = argument
    case .vmControl: return control(&message)
    default: break
    }
    return .ok
  }

  private func control(_ message: inout Message) -> ResultCode {
    switch VMControl(rawValue: message.vmControlParameter) {
    case .clearPageFault: clears.append(message.vmControlWho)
    case .memoryRequestReply: results.append(Int32(bitPattern: message.vmControlValue))
    case .memoryRequestGet:
      guard let next = request else { return .esrch }
      message = next
      request = nil
      return ResultCode(rawValue: next.type)
    default: break
    }
    return .ok
  }

  func notify(_ endpoint: Endpoint) {}

  func place(_ words: [UInt32]) -> UInt32 {
    placed = words
    return 0x1000
  }

  func placedWord(_ index: Int) -> UInt32 { placed[index] }

  func reply(_ message: Message, to endpoint: Endpoint) { replies.append(message) }

  private func index(_ address: PhysicalAddress) -> Int {
    Int((address.rawValue - Self.arena.rawValue) / 4)
  }

  func loadEntry(at address: PhysicalAddress) -> UInt32 { entries[index(address)] }

  func storeEntry(
    _ value: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress
  ) {
    let index = index(address)
    presentCounts[index / 1024] += Int(value & 1) - Int(entries[index] & 1)
    entries[index] = value
  }

  func clearTable(_ table: PhysicalAddress) { clear(table, 1024) }

  func clearDirectory(_ directory: PhysicalAddress) { clear(directory, 960) }

  private func clear(_ page: PhysicalAddress, _ count: Int) {
    let first = index(page)
    for index in first..<first + count { entries[index] = 0 }
    presentCounts[first / 1024] = 0
  }

  /// Present entries of a page table or directory.
  func presentCount(of page: PhysicalAddress) -> Int { presentCounts[index(page) / 1024] }
}
