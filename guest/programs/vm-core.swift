// VM's core in ring 3: the very sources of the VM server, which the host compiles too, play a script
// of requests, and this prints what they answer. The host plays the same script and compares.

import MinixABI
import VMScript

/// The program: `vm-core SEED STEPS message|signal [answers]`.
@main
struct VMCore {
  static func main() {
    let arguments = Program.arguments
    guard arguments.count == 4 || arguments.count == 5 && arguments[4] == "answers",
      let seed = UInt32(arguments[1]), let stepCount = UInt32(arguments[2]),
      let delivery = FaultDelivery.allCases.first(where: { $0.name == arguments[3] })
    else {
      Program.usage("vm-core SEED STEPS message|signal [answers]")
    }
    Playback(
      seed: seed, stepCount: stepCount, delivery: delivery, isComplete: arguments.count == 5
    ).lines { print($0) }
  }
}
