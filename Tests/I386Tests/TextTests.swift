import I386
import Testing

/// What people read.
@Suite struct TextTests {
  @Test(
    arguments: [
      (0, "supervisor read of a page that is not present"),
      (2, "supervisor write to a page that is not present"),
      (4, "user read of a page that is not present"),
      (5, "user read of a protected page"),
      (6, "user write to a page that is not present"),
      (7, "user write to a protected page"),
      (0x0D, "user read of a page whose entry has a reserved bit"),
      (0x14, "user fetch from a page that is not present"),
      (0x15, "user fetch from a protected page"),
    ] as [(UInt32, String)])
  func errorCodes(code: UInt32, text: String) {
    #expect("\(PageFaultErrorCode(rawValue: code))" == text)
  }

  @Test func errorCodeBits() {
    let bits: [PageFaultErrorCode] = [.protection, .write, .user, .reservedBit, .instructionFetch]
    #expect(bits.map(\.rawValue) == [1, 2, 4, 8, 16])
  }

  @Test func vectors() {
    let names = (0..<34 as Range<UInt8>).map { "\(Vector($0))" }
    #expect(
      names == [
        "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF",
        "coprocessor segment overrun", "#TS", "#NP", "#SS", "#GP", "#PF", "vector 15", "#MF",
        "#AC", "#MC", "#XM", "vector 20", "vector 21", "vector 22", "vector 23", "vector 24",
        "vector 25", "vector 26", "vector 27", "vector 28", "vector 29", "vector 30", "vector 31",
        "vector 32", "vector 33",
      ])
    #expect(Vector.deviceNotAvailable == Vector(7))
    #expect(Vector.doubleFault == Vector(8))
    #expect(Vector.pageFault == Vector(14))
    #expect(Vector(31).isException && !Vector(32).isException)
  }
}
