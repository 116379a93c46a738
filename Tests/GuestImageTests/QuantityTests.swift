import GuestImage
import Testing

/// Sizes and times, as manifests and the command line write them.
@Suite struct QuantityTests {
  @Test(
    arguments: [
      ("1", 1), ("65536", 65536), ("64B", 64), ("64KiB", 65536), ("256MiB", 256 << 20),
      ("1GiB", 1 << 30), ("0001MiB", 1 << 20), ("9223372036854775807", UInt64(Int64.max)),
    ] as [(String, UInt64)])
  func sizes(text: String, byteCount: UInt64) throws {
    #expect(try MemorySize(text).byteCount == byteCount)
  }

  @Test(arguments: [
    ("", "'' is not a size"), ("MiB", "'MiB' is not a size"), ("-1", "'-1' is not a size"),
    (" 1", "' 1' is not a size"), ("٣MiB", "'٣MiB' is not a size"),
    ("99999999999999999999", "'99999999999999999999' is not a size"),
    ("1.5GiB", "'1.5GiB' has the unknown unit '.5GiB'"),
    ("64MB", "'64MB' has the unknown unit 'MB'"),
    ("64 MiB", "'64 MiB' has the unknown unit ' MiB'"),
    ("1\n", "'1\\u{a}' has the unknown unit '\\u{a}'"),
    ("0", "'0' is no memory at all"), ("0GiB", "'0GiB' is no memory at all"),
    ("9223372036854775808", "'9223372036854775808' is more memory than there can be"),
    ("17179869184GiB", "'17179869184GiB' is more memory than there can be"),
  ])
  func badSizes(text: String, problem: String) {
    let error = #expect(throws: QuantityError.self) { try MemorySize(text) }
    #expect(error?.description == problem + "; write for example 256MiB, 1GiB or 65536")
  }

  @Test(
    arguments: [("1MiB", 1 << 20), ("1052672", 1_052_672), ("3GiB", 3 << 30)] as [(String, UInt64)])
  func guestSizes(text: String, byteCount: UInt64) throws {
    #expect(try MemorySize(ofGuest: text).byteCount == byteCount)
  }

  @Test(arguments: [
    ("1020KiB", "give from 1MiB to 3GiB"), ("3145732KiB", "give from 1MiB to 3GiB"),
    ("1048577", "give a multiple of 4096 bytes"),
  ])
  func badGuestSizes(text: String, remedy: String) {
    let error = #expect(throws: QuantityError.self) { try MemorySize(ofGuest: text) }
    #expect(error?.description == "'\(text)' is not a guest's size; \(remedy)")
  }

  @Test(
    arguments: [
      ("1ms", 1), ("500ms", 500), ("30s", 30_000), ("2m", 120_000), ("1h", 3_600_000),
      ("9223372036854ms", 9_223_372_036_854),
    ] as [(String, Int64)])
  func times(text: String, milliseconds: Int64) throws {
    #expect(try TimeSpan(text).milliseconds == milliseconds)
    #expect(try TimeSpan(text).duration == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    ("", "'' is not a time"), ("s", "'s' is not a time"), ("-1s", "'-1s' is not a time"),
    ("30", "'30' has no unit"), ("30 s", "'30 s' has the unknown unit ' s'"),
    ("0.5s", "'0.5s' has the unknown unit '.5s'"), ("1d", "'1d' has the unknown unit 'd'"),
    ("0s", "'0s' is no time at all"),
    ("9223372036855ms", "'9223372036855ms' is more than 292 years"),
    ("18446744073709551615h", "'18446744073709551615h' is more than 292 years"),
  ])
  func badTimes(text: String, problem: String) {
    let error = #expect(throws: QuantityError.self) { try TimeSpan(text) }
    #expect(error?.description == problem + "; write for example 30s, 500ms or 2m")
  }

  @Test func descriptionsAreReadBack() throws {
    for text in ["1", "1023", "64KiB", "1536MiB", "256MiB", "1GiB"] {
      #expect(try MemorySize(text).description == text)
    }
    for text in ["1ms", "1500ms", "30s", "90s", "2m", "1h"] {
      #expect(try TimeSpan(text).description == text)
    }
    #expect(MemorySize(byteCount: 0).description == "0")
    #expect(try MemorySize("1KiB") < MemorySize("1MiB"))
    #expect(try TimeSpan("999ms") < TimeSpan("1s"))
  }
}
