import Testing

@testable import Report

@Suite struct NumberTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1 000"), (20134, "20 134"), (-1000, "-1 000")])
  func digitsComeInThrees(number: Int, text: String) {
    #expect(number.grouped == text)
  }

  @Test func largestNumberHasAllItsDigits() {
    #expect(UInt64.max.grouped == "18 446 744 073 709 551 615")
  }

  @Test func oneIsSingular() {
    #expect(1.of("page") == "1 page")
    #expect(0.of("page") == "0 pages")
    #expect(2.of("flush", "flushes") == "2 flushes")
  }

  @Test(
    arguments: [
      (0, "0.0 µs"), (49, "0.0 µs"), (50, "0.1 µs"), (12_340, "12.3 µs"),
      (1_234_567_890, "1 234 567.9 µs"),
    ] as [(UInt64, String)])
  func latenciesHaveTenths(nanoseconds: UInt64, text: String) {
    #expect(nanoseconds.inMicroseconds == text)
  }

  @Test(
    arguments: [
      (.zero, "0.000 s"), (.milliseconds(1007), "1.007 s"), (.seconds(3600), "3 600.000 s"),
    ] as [(Duration, String)])
  func timesHaveMilliseconds(time: Duration, text: String) {
    #expect(time.inWords == text)
  }
}
