import Testing

@testable import Lab

@Suite("Settings and errors")
struct SettingsTests {
  typealias Case = (environment: Environment, user: UInt32, filled: Set<String>, expected: String)

  @Test(
    "the cache folder",
    arguments: [
      (["FAULTLINE_LAB_CACHE": "/c", "HOME": "/h"], 5, [], "/c"),
      (["XDG_CACHE_HOME": "/x", "HOME": "/h"], 5, [], "/x/faultline/lab"),
      (["XDG_CACHE_HOME": "relative", "HOME": "/h"], 5, [], "/h/.cache/faultline/lab"),
      ([:], 5, [], "/home/5/.cache/faultline/lab"),
      (["HOME": "/root", "SUDO_UID": "7"], 0, [], "/root/.cache/faultline/lab"),
      (
        ["HOME": "/root", "SUDO_UID": "7"], 0,
        ["/home/7/.cache/faultline/lab", "/root/.cache/faultline/lab"],
        "/home/7/.cache/faultline/lab"
      ),
      (
        ["HOME": "/root", "SUDO_UID": "7"], 7, ["/home/7/.cache/faultline/lab"],
        "/home/7/.cache/faultline/lab"
      ),
      (["HOME": "/h"], 5, ["/var/cache/faultline/lab"], "/var/cache/faultline/lab"),
      (["HOME": "/root"], 0, ["/var/cache/faultline/lab"], "/var/cache/faultline/lab"),
    ] as [Case])
  func cacheFolder(_ row: Case) {
    let path = CacheFolder.path(
      environment: row.environment, user: row.user, home: { "/home/\($0)" },
      exists: row.filled.contains)
    #expect(path == row.expected)
  }

  @Test("the environment's settings reach the configuration")
  func configuration() throws {
    let settings = try Lab.Configuration(
      executable: "/x/faultline",
      environment: [
        "FAULTLINE_LAB_NPT": "off", "FAULTLINE_LAB_MEMORY": "1024",
        "FAULTLINE_LAB_BOOT_TIMEOUT": "9", "FAULTLINE_LAB_CACHE": "/c",
        "FAULTLINE_LAB_KERNEL": "/k",
      ])
    #expect(!settings.nestedPaging)
    #expect(settings.memoryMiB == 1024)
    #expect(settings.bootSeconds == 9)
    #expect(settings.cacheFolder == "/c")
    #expect(settings.kernelImage == "/k")
    #expect(settings.executable == "/x/faultline")
  }

  @Test(
    "a bad setting is named",
    arguments: [
      ("FAULTLINE_LAB_NPT", "yes"), ("FAULTLINE_LAB_MEMORY", "lots"),
      ("FAULTLINE_LAB_MEMORY", "1"), ("FAULTLINE_LAB_BOOT_TIMEOUT", "0"),
    ])
  func badSettings(name: String, value: String) {
    var environment = Environment([:])
    environment[name] = value
    let error = #expect(throws: LabError.self) {
      _ = try Lab.Configuration(executable: "x", environment: environment)
    }
    #expect(error?.description.contains("\(name) is '\(value)'") == true)
    #expect(error?.exitCode == 64)
  }

  @Test(
    "every error is one line with the right exit code",
    arguments: [
      (.nested, 69), (.qemuMissing, 69), (.busyboxMissing, 69), (.kernelMissing(folder: "/c"), 69),
      (.unreadable(path: "/p", reason: "r"), 69), (.moduleMissing(name: "m", folder: "/f"), 69),
      (.hostRefused(what: "w", reason: "r"), 71), (.qemuFailed(message: "m"), 69),
      (.kernelPanicked(message: "m"), 69),
      (.didNotBoot(seconds: 60, attempts: 2, reached: "r"), 69),
      (.stepFailed(step: "share", reason: "r"), 69),
      (.notExecutable(command: "c", reason: "r"), 69), (.diedMidRun(reason: "r"), 70),
      (.cannotReturn(path: "/p", reason: "r"), 73),
    ] as [(LabError, Int32)])
  func errors(error: LabError, code: Int32) {
    #expect(error.exitCode == code)
    #expect(error.description.hasPrefix("lab: "))
    #expect(!error.description.contains("\n"))
  }

  @Test("the lab's own changes to the environment")
  func environment() {
    var environment: Environment = ["A": "1", "AB": "2", "A2": "3"]
    environment["A"] = "9"
    environment["AB"] = nil
    #expect(environment == ["A2": "3", "A": "9"])
    #expect(environment["A"] == "9")
    #expect(environment["AB"] == nil)
  }

  @Test("signals: before the command at once, then the second, but not an echo of the first")
  func interruptions() {
    let start = ContinuousClock.now
    var one = Interruption()
    #expect(one.status(at: start, hasStarted: false) == nil)
    one.note(2, at: start)
    #expect(one.status(at: start, hasStarted: false) == 130)
    #expect(one.status(at: start, hasStarted: true) == nil)
    one.note(2, at: start + .milliseconds(20))
    #expect(one.status(at: start, hasStarted: true) == nil)
    one.note(15, at: start + .seconds(1))
    #expect(one.status(at: start, hasStarted: true) == 143)
  }
}

extension Environment: ExpressibleByDictionaryLiteral {
  /// Variables in the order in which they are written.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(entries: elements.map { Array("\($0.0)=\($0.1)".utf8) })
  }
}
