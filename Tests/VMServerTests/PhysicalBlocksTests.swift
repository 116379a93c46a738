import I386
import TestSupport
import Testing

@testable import VMServer

/// ABI 9.19: single frames and runs, zones and alignment.
@Suite struct PhysicalBlocksTests {
  /// Frames that are used, and what that says of any request.
  private struct Bitmap {
    var used: [Bool]

    init(frameCount: Int) {
      used = Array(repeating: false, count: frameCount)
      used[0] = true
    }

    func end(_ demand: FrameDemand) -> Int { min(Int(demand.zone.endFrame), used.count) }

    func isFreeRun(_ start: Int, _ count: Int, _ demand: FrameDemand) -> Bool {
      start >= 1 && start + count <= end(demand) && start % Int(demand.step) == 0
        && !used[start..<start + count].contains(true)
    }

    func hasRun(_ count: Int, _ demand: FrameDemand) -> Bool {
      var length = 0
      // The length of the free run that begins at each frame, from the top down.
      for frame in stride(from: end(demand) - 1, through: 1, by: -1) {
        length = used[frame] ? 0 : length + 1
        if length >= count, frame % Int(demand.step) == 0 { return true }
      }
      return false
    }

    func freeCount(_ demand: FrameDemand) -> Int {
      stride(from: 0, to: end(demand), by: Int(demand.step)).count { !used[$0] }
    }

    var longestRun: Int {
      used.split(separator: true).map(\.count).max() ?? 0
    }
  }

  private static let demands = [FrameZone.lower1M, .lower16M, .high].flatMap { zone in
    [false, true].map { FrameDemand(zone: zone, isAligned: $0) }
  }

  /// Requests of all kinds on RAM that is now nearly full and now nearly empty.
  @Test(arguments: ModelTests.seeds) func everyKindAgainstABitmap(_ seed: UInt64) {
    print("physical frames: FAULTLINE_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed)
    let frameCount = Int.random(in: 4300...5000, using: &generator)
    var blocks = PhysicalBlocks(frameCount: UInt32(frameCount))
    var model = Bitmap(frameCount: frameCount)
    var held: [(start: Int, count: Int)] = []
    for step in 0..<1_200 {
      let demand = Self.demands.randomElement(using: &generator) ?? FrameDemand()
      let isFilling = step / 200 % 2 == 0
      switch Int.random(in: 0..<(isFilling ? 4 : 12), using: &generator) {
      case 0:
        for _ in 0..<Int.random(in: 1..<40, using: &generator) {
          let canAllocate = blocks.canAllocate(frameCount: 1, demand, isRun: false)
          let block = blocks.allocate(demand)
          #expect((block != nil) == (model.freeCount(demand) > 0) && canAllocate == (block != nil))
          guard let block else { break }
          let frame = Int(block.rawValue >> 12)
          #expect(model.isFreeRun(frame, 1, demand), "step \(step), seed \(seed)")
          model.used[frame] = true
          held.append((frame, 1))
        }
      case 1, 2, 3:
        let isLong = Int.random(in: 0..<8, using: &generator) == 0
        let count = Int.random(in: 1...(isLong ? 1200 : 48), using: &generator)
        let (used, run) = (blocks.usedCount, blocks.longestRun)
        let canAllocate = blocks.canAllocate(frameCount: UInt32(count), demand, isRun: true)
        let block = blocks.allocateRun(frameCount: UInt32(count), demand)
        #expect((block != nil) == model.hasRun(count, demand), "step \(step), seed \(seed)")
        #expect(canAllocate == (block != nil))
        guard let block else {
          #expect((used, run) == (blocks.usedCount, blocks.longestRun))
          continue
        }
        let start = Int(block.rawValue >> 12)
        #expect(model.isFreeRun(start, count, demand), "step \(step), seed \(seed)")
        for frame in start..<start + count { model.used[frame] = true }
        held.append((start, count))
      default:
        guard let index = held.indices.randomElement(using: &generator) else { continue }
        let (start, count) = held.remove(at: index)
        // A run comes back in pieces and in any order, as regions are unmapped.
        for frame in (start..<start + count).shuffled(using: &generator) {
          blocks.release(PhysicalAddress(UInt32(frame) << 12))
          model.used[frame] = false
        }
      }
      #expect(Int(blocks.usedCount) == model.used.count(where: { $0 }) - 1)
      if step % 50 == 0 {
        #expect(Int(blocks.longestRun) == model.longestRun, "step \(step), seed \(seed)")
        let free = model.freeCount(demand)
        for (count, expected) in [(free, free > 0), (free + 1, false)] where count > 0 {
          let answer = blocks.canAllocate(frameCount: UInt32(count), demand, isRun: false)
          #expect(answer == expected, "\(demand), seed \(seed)")
        }
      }
    }
    for (start, count) in held {
      for frame in start..<start + count { blocks.release(PhysicalAddress(UInt32(frame) << 12)) }
    }
    #expect(blocks.usedCount == 0 && blocks.freeCount == blocks.capacity)
    #expect(blocks.longestRun == blocks.capacity, "free neighbours are one run again")
  }

  /// What nobody has asked for by name comes from above 16 MiB as long as there is any.
  @Test func singleFramesComeFromTheHighestZone() throws {
    var blocks = PhysicalBlocks(frameCount: 4100)
    var frames: [UInt32] = []
    while let block = blocks.allocate() { frames.append(block.rawValue >> 12) }
    #expect(frames == Array(4096..<4100) + Array(256..<4096) + Array(1..<256))
    blocks.release(PhysicalAddress(3 << 12))
    blocks.release(PhysicalAddress(300 << 12))
    let frame = blocks.allocate()
    #expect(frame == PhysicalAddress(300 << 12))
    let none = blocks.allocate(FrameDemand(isAligned: true))
    #expect(none == nil, "frame 3 is not aligned")
    let low = blocks.allocate(FrameDemand(zone: .lower1M))
    #expect(low == PhysicalAddress(3 << 12))
  }

  /// A used frame at every place of a run's way; what is shared stays where it is.
  @Test(arguments: [
    (FrameDemand(), 5, 4096), (FrameDemand(isAligned: true), 5, 4096),
    (FrameDemand(zone: .lower16M), 5, 256), (FrameDemand(zone: .lower16M, isAligned: true), 5, 256),
    (FrameDemand(zone: .lower1M), 5, 1), (FrameDemand(zone: .lower1M, isAligned: true), 5, 16),
    (FrameDemand(zone: .lower1M), 255, 1), (FrameDemand(zone: .lower1M), 256, nil),
    (FrameDemand(zone: .lower1M, isAligned: true), 240, 16),
    (FrameDemand(zone: .lower1M, isAligned: true), 241, nil),
    (FrameDemand(zone: .lower16M), 3840, 256), (FrameDemand(zone: .lower16M), 3841, 1),
    (FrameDemand(zone: .lower16M), 4096, nil), (FrameDemand(), 200, 4096),
    (FrameDemand(), 201, 256), (FrameDemand(), 4041, 1), (FrameDemand(), 4295, 1),
    (FrameDemand(), 4296, nil),
  ])
  private func runs(_ demand: FrameDemand, _ count: UInt32, _ first: UInt32?) {
    var blocks = PhysicalBlocks(frameCount: 4296)
    let run = blocks.allocateRun(frameCount: count, demand)
    #expect(run == first.map { PhysicalAddress($0 << 12) })
    #expect(blocks.usedCount == (first == nil ? 0 : count))
    guard let run else { return }
    for page in 0..<count { #expect(blocks.references(to: run + page << 12) == 1) }
  }
}
