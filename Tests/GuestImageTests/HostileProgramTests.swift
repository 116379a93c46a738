import GuestImage
import TestSupport
import Testing

/// Files that somebody has damaged: each is refused or turns into a program that
/// keeps every promise, and none stops the test.
@Suite struct HostileProgramTests {
  @Test func everyTruncationIsAnswered() throws {
    let good = ELFBuilder.good.build()
    var accepted = 0
    for count in 0..<good.count {
      do throws(ImageError) {
        let image = try ProgramImage(bytes: Array(good[..<count]))
        image.checkInvariants("the first \(count) bytes")
        accepted += 1
      } catch {
        #expect(error.exitCode == 65, "the first \(count) bytes")
      }
    }
    // Only symbols and section headers may be missing from an accepted one: all
    // of the bytes after the last segment's.
    #expect(accepted == good.count - 126)
  }

  @Test(arguments: [UInt64(0xFA01), 0xFA02, 0xFA03, 0xFA04])
  func everyMutationIsAnswered(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let good = ELFBuilder.good.build()
    var accepted = 0
    for round in 0..<5000 {
      var bytes = good
      mutate(&bytes, using: &random)
      do throws(ImageError) {
        let image = try ProgramImage(bytes: bytes)
        image.checkInvariants("seed \(seed), round \(round)")
        _ = image.sourceLines()
        accepted += 1
      } catch {
        if error.exitCode != 65 || error.description.contains("\n") {
          Issue.record("seed \(seed), round \(round): \(error)")
        }
      }
    }
    // Neither all refused nor all accepted, or the test would test nothing.
    #expect((500..<4500).contains(accepted), "\(accepted) accepted, seed \(seed)")
  }

  /// Changes one to four bytes or words; half the time to a number that programs
  /// get wrong.
  private func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
    let words: [UInt32] = [
      0, 1, 0x1000, 0x7FFF_FFFF, 0x8000_0000, 0xEFFF_FFFF, 0xF000_0000, 0xFFFF_F000, 0xFFFF_FFFF,
    ]
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      if Bool.random(using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      } else {
        let offset = Int.random(in: 0..<bytes.count / 4, using: &random) * 4
        let word = words.randomElement(using: &random) ?? 0
        bytes.replaceSubrange(offset..<offset + 4, with: le(word))
      }
    }
  }
}
