import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.GraphDatabaseService;
import org.neo4j.graphdb.Result;

/** A Neo4j community server for tests: DATA_DIR BOLT_PORT PASSWORD. Ends when its standard input does. */
public class Server {
    public static void main(String[] args) {
        new Thread(Server::endWithInput).start();
        try {
            serve(Path.of(args[0]), new SocketAddress("127.0.0.1", Integer.parseInt(args[1])), args[2]);
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve(Path data, SocketAddress address, String password) {
        DatabaseManagementService service = new DatabaseManagementServiceBuilder(data)
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, address)
                .setConfig(BoltConnector.advertised_address, address)
                .setConfig(GraphDatabaseSettings.auth_enabled, true)
                .setConfig(GraphDatabaseSettings.auth_max_failed_attempts, 0) // no lock-out after tests of it
                .setConfig(GraphDatabaseSettings.pagecache_memory, Long.getLong("pagecache", 64L << 20))
                .setConfig(GraphDatabaseSettings.udc_enabled, false)
                .setConfig(GraphDatabaseInternalSettings.netty_server_shutdown_quiet_period, 0) // else 10 s to stop
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
        GraphDatabaseService system = service.database("system");
        // Setting the password that is already set is an error, so only a fresh data folder gets it.
        if (system.executeTransactionally(
                "SHOW USERS YIELD passwordChangeRequired WHERE passwordChangeRequired", Map.of(), Result::hasNext)) {
            system.executeTransactionally(
                    "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", password));
        }
        if (!service.database("neo4j").isAvailable(Duration.ofSeconds(60).toMillis())) {
            throw new IllegalStateException("the database does not answer");
        }
        System.out.println("READY bolt://" + address);
    }

    /** A test run that was killed closes the pipe, so no server outlives it. */
    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) { }
        } catch (IOException closed) {
            // as good as the end of it
        }
        System.exit(0);
    }
}
