package legacy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.servlet.ServletException;
import javax.servlet.annotation.WebServlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.sql.DataSource;

/** A web application that asks its container for {@code jdbc/orders} and answers with the name that it got in as. */
@WebServlet("/user")
public final class OrdersServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            DataSource orders = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/orders");
            try (Connection connection = orders.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select current_user")) {
                rows.next();
                response.getOutputStream().print(rows.getString(1));
            }
        } catch (NamingException | SQLException e) {
            throw new ServletException(e);
        }
    }
}
