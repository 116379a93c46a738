import Testing

@testable import Lab

@Suite("What crosses the ports")
struct WireTests {
  @Test("frames survive any cutting of the stream", arguments: [1, 2, 3, 5, 7, 1000])
  func cutting(size: Int) {
    let frames = [
      Frame(kind: 1, payload: [1, 2, 3]), Frame(kind: 0), Frame(kind: 255, payload: [0, 0]),
      Frame(kind: 7, payload: Array(repeating: 9, count: 300)),
    ]
    let stream = frames.flatMap(\.encoded)
    var decoder = FrameDecoder()
    var got: [Frame] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      decoder.append(Array(stream[start..<min(start + size, stream.count)]))
      while let frame = decoder.next() { got.append(frame) }
    }
    #expect(got == frames)
  }

  @Test("a job arrives as it was sent")
  func job() {
    let job = Job(
      arguments: [Array("a b".utf8), [], [0xFF, 0x0A]],
      environment: Environment(["A": "1\n2", "B": "\"quoted\" 'é'", "C": ""]),
      directory: Array("/tmp/x y".utf8), mask: 0o027, mergesErrors: true,
      namedFiles: ["/tmp/é"])
    #expect(Job(decoding: job.encoded) == job)
    #expect(Job(decoding: Array(job.encoded.dropLast())) == nil)
  }

  @Test("long numbers", arguments: [0, 1, -1, Int64.max, Int64.min, 0x1_2345_6789])
  func longNumbers(value: Int64) {
    var encoder = WireEncoder()
    encoder.put(value)
    var decoder = WireDecoder(encoder.bytes)
    #expect(decoder.longNumber() == value)
  }

  @Test(
    "wait statuses as a shell tells them",
    arguments: [(0, 0), (7 << 8, 7), (255 << 8, 255), (9, 137), (15, 143), (11 | 0x80, 139)])
  func statuses(raw: Int32, expected: Int32) { #expect(WaitStatus.exitCode(of: raw) == expected) }

  @Test(
    "paths as the init script reads them",
    arguments: [
      ("/usr/bin/x-1_2.3", "/usr/bin/x-1_2.3"), ("/a b", #"/a\0040b"#), ("/é", #"/\0303\0251"#),
      (#"/\"#, #"/\0134"#),
    ])
  func escapes(path: String, expected: String) {
    #expect(InitScript.escaped(Array(path.utf8)) == expected)
  }
}
