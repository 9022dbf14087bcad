import ArgumentParser
import Dispatch
import Foundation

/// Where the program begins.
@main
enum Program {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    // libvirt waits for its hook, perhaps for twenty at a time: it goes without all that the other commands need.
    if arguments.first == "hook", let call = Hook.Call(Array(arguments.dropFirst())) { call.run() }
    Task {
      await RoostAgent.main()
      exit(0)
    }
    dispatchMain()
  }
}
