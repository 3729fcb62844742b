package routertest

// testMenu is where the commands are that no RouterOS has: they make what a test wants to see.
const testMenu = "test"

func (c *connection) test(dst []byte, parsed *command, verb string) []byte {
	return parsed.failed(dst, &trap{categoryMissing, "no such command"})
}
