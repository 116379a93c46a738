import Foundation
import I386
import Machine
import Testing

/// RAM of every size is there from the first page to the last, and costs only what is touched.
@MainActor @Suite struct GuestRAMTests {
  /// The pages of this process that are in memory, in bytes.
  private func residentByteCount() throws -> Int {
    let counts = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let fields = counts.split(separator: " ")
    return try #require(Int(fields[1])) * 4096
  }

  @Test(arguments: [1 << 20, 256 << 20, 0xC000_0000] as [UInt32])
  func theFirstAndTheLastPageAreThere(byteCount: UInt32) throws {
    let before = try residentByteCount()
    let bench = try Bench(ramByteCount: byteCount)
    _ = bench.makeFrame()  // frame 0 is for the test
    let process = GuestProcess.accessor(in: AddressSpace(on: bench))
    let places = [0, 4092, byteCount / 2, byteCount - 4096, byteCount - 4] as [UInt32]
    for (index, place) in places.enumerated() {
      let page = LinearAddress(0x1000_0000) + UInt32(index) * 4096
      let place = PhysicalAddress(place)
      let value = 0xBEE0_0000 + UInt32(index)
      process.space.map(page, to: place.frameStart)
      let address = page + (place.rawValue & 0xFFF)
      #expect(bench.memory.loadWord(at: place) == 0)
      #expect(try process.write(value, to: address) == .done(value))
      #expect(bench.memory.loadWord(at: place) == value)
      bench.memory.storeWord(77, at: place)
      #expect(try process.read(address) == .done(77))
    }
    #expect(try residentByteCount() - before < 32 << 20)
  }
}
